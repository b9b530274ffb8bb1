import { describeCombinations } from "../support/describe-combinations";

describeCombinations(40);

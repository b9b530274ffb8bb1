import { describeCombinations } from "../support/describe-combinations";

/** A sample; all of them: test/large. */
describeCombinations(3);

export { placeUntracked } from "./place-untracked";
export { saveUntracked, workTreeUntracked } from "./save-untracked";

// The result page: filters act at once, on a phone in a dialog of their own; a position is asked for on a press. Without it
// every part is a form sent by its button. Others listen to `search:updated`, sent on the document when the list has changed.
import { wireFilters } from "./search/filters.js";
import { cameFrom, isCurrent, wireLive } from "./search/live.js";
import { wirePosition } from "./search/position.js";

wireLive();
wireFilters(isCurrent, cameFrom);
wirePosition();

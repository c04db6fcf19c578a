import { arithmeticMethods } from './arithmetic.js';
import { bulkMethods } from './bulk.js';
import { careMethods } from './care.js';
import { conditionalMethods } from './conditional.js';
import { inspectMethods } from './inspect.js';
import { iteratingMethods } from './iterating.js';
import { keepingMethods } from './keeping.js';
import { readingMethods } from './reading.js';
import { scanMethods } from './scan.js';
import { updatingMethods } from './updating.js';
import { waitingMethods } from './waiting.js';

/** All methods that the class SharedMap has not in itself. */
export const methodsOfMap = {
  ...iteratingMethods,
  ...readingMethods,
  ...conditionalMethods,
  ...bulkMethods,
  ...scanMethods,
  ...keepingMethods,
  ...updatingMethods,
  ...waitingMethods,
  ...arithmeticMethods,
  ...careMethods,
  ...inspectMethods,
};

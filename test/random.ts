export { Random } from '../workers/random.js';

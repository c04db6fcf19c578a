import { explorePairs } from './pairs.js';

explorePairs('number');

// What samples come to. Medians and quantiles are simple-statistics'; what is ours is which samples are compared.

import { harnessPackage } from './needs.js';
import { fractions } from './random.js';
import type { Sample, Statistic } from './results.js';

type Library = typeof import('simple-statistics');

/** Draws of the bootstrap: with 2,000 the ends of a 95 % interval vary by a few percent of its width. */
export const DRAWS = 2000;
/** Half of what is left out of a 95 % interval. */
const TAIL = 0.025;

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Operations per second of each repetition. */
export function ratesOf(samples: readonly Pick<Sample, 'operations' | 'seconds'>[]): number[] {
  return samples.map(({ operations, seconds }) => operations / seconds);
}

export class Statistics {
  readonly #library: Library;

  private constructor(library: Library) {
    this.#library = library;
  }

  static async load(): Promise<Statistics> {
    return new Statistics(await harnessPackage<Library>('simple-statistics'));
  }

  summarize(samples: readonly number[]): Statistic {
    const { median, medianAbsoluteDeviation, min, max } = this.#library;
    const list = [...samples];
    return {
      count: list.length,
      median: median(list),
      mad: medianAbsoluteDeviation(list),
      min: min(list),
      max: max(list),
    };
  }

  /**
   * The ratio of the medians, and the interval in which 95 % of the ratios lie that come out when both sets are drawn again
   * from themselves, with replacement (percentile bootstrap). The same samples give the same interval.
   */
  ratio(over: readonly number[], under: readonly number[], seed = 1): Interval {
    const { median, quantileSorted, sampleWithReplacement } = this.#library;
    const random = fractions(seed);
    const draw = (samples: readonly number[]) =>
      median(sampleWithReplacement([...samples], samples.length, random));
    const ratios = Array.from({ length: DRAWS }, () => draw(over) / draw(under)).sort((a, b) => a - b);
    return {
      value: median([...over]) / median([...under]),
      low: quantileSorted(ratios, TAIL),
      high: quantileSorted(ratios, 1 - TAIL),
    };
  }
}

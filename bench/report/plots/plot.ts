// What a plot is: panels of one size that stand beside or below each other as the page has room, with one caption.

import type { Results, SubjectFacts } from '../../harness/results.js';
import type { Spec } from '../draw.js';
import { type Look, lookOf } from '../palette.js';

export interface Panel {
  readonly title: string;
  readonly spec: Spec;
  /** The same in words, for who does not see it. */
  readonly description: string;
}

export interface Plot {
  /** For links. */
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly legend: readonly LegendEntry[];
  readonly panels: readonly Panel[];
  /** Are two panels in a row to be compared with each other? */
  readonly pairs?: boolean;
}

export interface LegendEntry {
  readonly title: string;
  readonly look: Look;
  /** Drawn without a filling: the lesser number of threads. */
  readonly hollow?: boolean;
}

/** Undefined: the results have nothing for it. */
export type MakePlot = (results: Results) => Plot | undefined;

/** How subjects are called and look, wherever they are drawn. */
export class Subjects {
  readonly #facts: readonly SubjectFacts[];

  constructor({ subjects }: Pick<Results, 'subjects'>) {
    this.#facts = subjects;
  }

  titleOf(name: string): string {
    return this.#facts.find((subject) => subject.name === name)?.title ?? name;
  }

  lookOf(name: string): Look {
    return lookOf(name, this.#placeOf(name));
  }

  isSingle(name: string): boolean {
    return this.#facts.find((subject) => subject.name === name)?.sharing === 'single';
  }

  /** In the order of the results. */
  sorted(names: Iterable<string>): string[] {
    return [...new Set(names)].sort((a, b) => this.#placeOf(a) - this.#placeOf(b));
  }

  legendOf(names: Iterable<string>): LegendEntry[] {
    return this.sorted(names).map((name) => ({ title: this.titleOf(name), look: this.lookOf(name) }));
  }

  #placeOf(name: string): number {
    return this.#facts.findIndex((subject) => subject.name === name);
  }
}

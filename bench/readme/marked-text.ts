// Text with parts that are made: each stands between <!-- bench:begin name --> and <!-- bench:end -->.

import { BenchError } from '../harness/needs.js';

const PART = /<!-- bench:begin ([\w-]+) -->\n[\s\S]*?<!-- bench:end -->/g;

/** Puts each part where its markers are. Throws BenchError where a marker has no part, or a part no marker. */
export function putParts(text: string, parts: Readonly<Record<string, string>>): string {
  const placed = new Set<string>();
  const filled = text.replace(PART, (_, name: string) => {
    const part = parts[name];
    if (part === undefined)
      throw new BenchError(
        `There is no part '${name}' to put between markers: use ${Object.keys(parts).join(', ')}`,
      );
    placed.add(name);
    return `<!-- bench:begin ${name} -->\n${part}\n<!-- bench:end -->`;
  });
  const homeless = Object.keys(parts).filter((name) => !placed.has(name));
  if (homeless.length > 0)
    throw new BenchError(
      `README.md has no place for ${homeless.join(', ')}: add <!-- bench:begin ${homeless[0]} --> and <!-- bench:end -->`,
    );
  return filled;
}

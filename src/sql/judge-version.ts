/** Whether a dialect works on a server, and what it works on: `<product> <lowest version>`. */
export interface VersionJudgement {
  readonly verdict: 'supported' | 'too-old' | 'unknown-product';
  /** The lowest version of the server's product; of every product where the server is none of them. */
  readonly lowest: readonly string[];
}

/**
 * Judges a server by what `Introspection.version` says of it, such as `PostgreSQL 15.18`, against the `lowestVersions` of its dialect.
 * Versions are compared number by number; a number that is missing counts as 0, and what follows the numbers (`17beta1`) not at all.
 */
export function judgeVersion(version: string, lowestVersions: Readonly<Record<string, string>>): VersionJudgement {
  const [product = ''] = version.split(' ');
  const lowest = lowestVersions[product];
  if (lowest === undefined) {
    return { verdict: 'unknown-product', lowest: Object.entries(lowestVersions).map((known) => known.join(' ')) };
  }
  const isOld = compareNumbers(numbersOf(version), numbersOf(lowest)) < 0;
  return { verdict: isOld ? 'too-old' : 'supported', lowest: [`${product} ${lowest}`] };
}

function numbersOf(version: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '0').split('.').map(Number);
}

function compareNumbers(left: readonly number[], right: readonly number[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

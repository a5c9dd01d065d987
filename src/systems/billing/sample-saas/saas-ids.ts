import type { SampleRandom } from '../../sample-random.ts';

const LAST_PART_HEX = 12;

/** The id of an account of the sample, a text that looks like a uuid. Ids sort as their numbers do. */
export function saasId(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(LAST_PART_HEX, '0')}`;
}

/** The number of a sample id; 0 for any other text. */
export function saasNumber(id: string): number {
  const match = /^00000000-0000-4000-8000-([0-9a-f]{12})$/.exec(id);
  return match?.[1] === undefined ? 0 : Number.parseInt(match[1], 16);
}

/** An id that no row of the sample has, for a row that the old application adds. */
export function freshId(random: SampleRandom): string {
  const part = (): string =>
    random
      .below(2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${part()}-${part().slice(4)}-4${part().slice(5)}-9${part().slice(5)}-${part()}${part().slice(4)}`;
}

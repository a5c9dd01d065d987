import { decoderOf, type Decoder } from './decode-value.ts';
import type { WireField } from './wire-connection.ts';

/** One row by column names. */
export type Row = Record<string, unknown>;

/** Reads the rows of one result: names and decoders of its columns, found once. */
export class RowReader {
  readonly #names: readonly string[];
  readonly #decoders: readonly Decoder[];

  constructor(fields: readonly WireField[]) {
    this.#names = fields.map((field) => field.name);
    this.#decoders = fields.map((field) => decoderOf(field.dataTypeID));
  }

  /** Throws what a decoder throws: a value that has no form here, such as the instant `infinity`. */
  read(values: readonly (string | null)[]): Row {
    const row: Row = {};
    for (let index = 0; index < this.#names.length; index += 1) {
      const value = values[index] ?? null;
      row[this.#names[index] as string] = value === null ? null : (this.#decoders[index] as Decoder)(value);
    }
    return row;
  }
}

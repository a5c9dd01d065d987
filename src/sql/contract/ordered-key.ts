import type { RawBuilder } from 'kysely';
import type { Fragment } from './expressions.ts';
import type { ColumnInfo } from './introspection.ts';

/**
 * A key as a walk along a column of texts or UUIDs compares it: in the order the database keeps that column in, wherever an index of it
 * can serve then. A key `column` that is kept in the same order stands as it is. Any other key, of a column of another collation or
 * computed, is brought to that order: a row must lie in the same range of the walk whoever asks. What it is compared with is a parameter.
 */
export type OrderedKey = (walked: ColumnInfo, key: Fragment, column?: ColumnInfo) => RawBuilder<unknown>;

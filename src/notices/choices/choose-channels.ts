import type { ChannelName } from '../tables.ts';

/** By which channels a notice goes. */
export interface NoticeRoute {
  /** The first of these that reaches the recipient; another one when that cannot. */
  readonly first: readonly ChannelName[];
  /** Each of these as well. */
  readonly also: readonly ChannelName[];
}

/** A recipient's wish; `*` stands for every type or every channel. */
export interface Preference {
  readonly type: string;
  readonly channel: string;
  readonly isOptedOut: boolean;
}

/** What is known of a notice when its channels are chosen. */
export interface ChannelChoice {
  readonly route: NoticeRoute;
  readonly type: string;
  readonly mandatory: boolean;
  /** Channels that are open here and have an address of the recipient. */
  readonly reachable: readonly ChannelName[];
  readonly preferences: readonly Preference[];
  /** Channels that had their turn; true where the recipient could not be reached there. */
  readonly tried: ReadonlyMap<ChannelName, boolean>;
}

/** The channels that are to be tried next, or why there is none. */
export type ChosenChannels = { readonly channels: readonly ChannelName[] } | { readonly none: string };

/**
 * Chooses the channels of a notice. A recipient who opted out of a channel is reached by another one; a mandatory notice goes by the
 * unwanted channel where it is the only one, because it cannot be opted out of. A channel never has a second turn.
 */
export function chooseChannels(choice: ChannelChoice): ChosenChannels {
  const { route, reachable, tried, mandatory } = choice;
  const isWanted = (channel: ChannelName): boolean => !isOptedOut(choice, channel);
  const open = (channels: readonly ChannelName[]): readonly ChannelName[] =>
    channels.filter((channel) => reachable.includes(channel) && !tried.has(channel));
  const isOnItsWay = route.first.some((channel) => tried.get(channel) === false);
  const candidates = isOnItsWay ? [] : open(route.first);
  const main = candidates.find(isWanted) ?? (mandatory ? candidates[0] : undefined);
  const also = open(route.also).filter((channel) => channel !== main && isWanted(channel));
  const channels = main === undefined ? also : [main, ...also];
  if (channels.length > 0 || tried.size > 0) return { channels };
  const isAnyReachable = [...route.first, ...route.also].some((channel) => reachable.includes(channel));
  return { none: isAnyReachable ? 'opted-out' : 'no-address' };
}

/** The most particular wish decides: of this type on this channel, of this type, of this channel, of everything. */
export function isOptedOut(
  { type, preferences }: Pick<ChannelChoice, 'type' | 'preferences'>,
  channel: string,
): boolean {
  const wishes = [
    [type, channel],
    [type, '*'],
    ['*', channel],
    ['*', '*'],
  ].map(([ofType, onChannel]) => preferences.find((wish) => wish.type === ofType && wish.channel === onChannel));
  return wishes.find((wish) => wish !== undefined)?.isOptedOut ?? false;
}

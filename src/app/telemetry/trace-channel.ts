import type { NoticeChannel } from '../../notices/index.ts';
import { inChildSpan } from './current-span.ts';

/**
 * A channel whose deliveries are recorded, each as part of the pass that sends it: through what, and what became of it. Nothing of the trace
 * goes out with the message.
 */
export function tracedChannel(channel: NoticeChannel): NoticeChannel {
  const start = {
    name: `notice ${channel.name}`,
    kind: 'client',
    facts: { 'carryover.channel': channel.name },
  } as const;
  return {
    ...channel,
    send: (message) =>
      inChildSpan(start, async (span) => {
        const result = await channel.send(message);
        span?.set({ 'carryover.notice.outcome': result.outcome });
        if (result.outcome !== 'sent') span?.fail(result.outcome);
        return result;
      }),
  };
}

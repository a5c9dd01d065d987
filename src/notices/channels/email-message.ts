import MailComposer from 'nodemailer/lib/mail-composer';
import { isRightToLeft } from '../texts/language.ts';
import type { OutgoingMessage } from './channel.ts';

/** The parts of an e-mail's headers that do not come from the notice. */
export interface EmailHead {
  readonly from: string;
  readonly messageId: string;
}

/**
 * An e-mail as it goes over the wire: plain text and HTML, the HTML in the direction of its language. The Message-ID stays the same however
 * often the delivery is tried, so that mail programs that know a repetition show one.
 */
export function composeEmail(message: OutgoingMessage, { from, messageId }: EmailHead): Promise<Buffer> {
  const { language, title, text } = message;
  const direction = isRightToLeft(language) ? 'rtl' : 'ltr';
  const html =
    `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>` +
    `<body dir="${direction}" style="font-family:sans-serif;font-size:16px;line-height:1.6;text-align:start">` +
    `<p>${escaped(text)}</p></body></html>`;
  const composer = new MailComposer({
    from,
    to: message.address,
    subject: title,
    text,
    html,
    messageId,
    // Out-of-office programs keep quiet when they see it.
    headers: { 'auto-submitted': 'auto-generated', 'content-language': language },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

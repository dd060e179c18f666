/** How the hosted pages answer: a document, or one sentence with the status that fits it. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { NoticeText } from '../../cards/page-notices.ts';
import { type Kept, renderNotice } from '../../cards/render/page/notice.ts';
import { type Html, renderShell } from '../../cards/render/page/shell.ts';
import type { Cookies } from './cookies.ts';
import type { PagePorts, Visitor } from './ports.ts';

export type Seen = { readonly visitor: Visitor; readonly key: string };

export type PageEnv = {
  Variables: {
    /** The visit behind the request. */
    seen: Seen | null;
  };
};

export type PageContext = Context<PageEnv>;

/** What every route of the pages works with. */
export type House = { readonly ports: PagePorts; readonly cookies: Cookies };

type Document = { readonly title: string; readonly body: Html; readonly wide?: boolean };

/** A page with the visitor's name above it. */
export function document(
  house: House,
  c: PageContext,
  { title, body, wide }: Document,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> {
  const seen = c.get('seen');
  const visitor =
    seen === null ? null : { name: seen.visitor.name, token: house.cookies.tokenOf(seen.key) };
  return c.html(renderShell({ title, visitor, wide: wide === true, body }), status);
}

/** One sentence that says what to do next. */
export function notice(
  house: House,
  c: PageContext,
  status: ContentfulStatusCode,
  text: NoticeText,
  extra: { readonly typed?: readonly Kept[]; readonly reference?: string } = {},
): Response | Promise<Response> {
  const body = renderNotice({ ...text, ...extra });
  return document(house, c, { title: text.title, body }, status);
}

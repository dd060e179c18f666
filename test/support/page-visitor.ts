/** A browser without scripts, as far as the hosted pages need one: cookies, redirects, forms. */
import type { House } from './house.ts';

export type Page = {
  readonly status: number;
  /** Path and query where the redirects ended. */
  readonly path: string;
  readonly html: string;
  readonly headers: Headers;
};

export type PageVisitor = {
  /** Opens a path or an address and follows where it leads. */
  open(path: string): Promise<Page>;
  /** The answer itself, without following it. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Presses the button with these words on a page, after filling in fields by their names. */
  press(page: Page, words: string, values?: Values): Promise<Page>;
  /** Sends a form as a hostile client would. */
  post(path: string, fields: Fields, headers?: Readonly<Record<string, string>>): Promise<Page>;
  readonly cookies: Map<string, string>;
};

export type Values = Readonly<Record<string, string | readonly string[]>>;
type Fields = readonly (readonly [string, string])[];

const MOST_REDIRECTS = 10;

/** A visitor whom the messenger knows as `openId`; null = nobody is logged in there. */
export function pageVisitor(house: Pick<House, 'url'>, openId: string | null): PageVisitor {
  const cookies = new Map<string, string>();
  if (openId !== null) cookies.set('simulator_person', openId);

  const request: PageVisitor['fetch'] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) {
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    }
    const response = await fetch(new URL(path, house.url), {
      ...init,
      headers,
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) keep(cookies, line);
    return response;
  };
  const follow = async (path: string, init?: RequestInit): Promise<Page> => {
    let response = await request(path, init);
    let at = new URL(path, house.url);
    for (let n = 0; response.status >= 300 && response.status < 400; n += 1) {
      if (n === MOST_REDIRECTS) throw new Error('too many redirects');
      at = new URL(response.headers.get('location') ?? '', at);
      response = await request(at.href);
    }
    const { status, headers } = response;
    return { status, headers, html: await response.text(), path: at.pathname + at.search };
  };
  const post: PageVisitor['post'] = (path, fields, headers = {}) =>
    follow(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(house.url).origin,
        ...headers,
      },
      body: new URLSearchParams(
        fields.map(([name, value]): [string, string] => [name, value]),
      ).toString(),
    });
  return {
    cookies,
    open: (path) => follow(path),
    fetch: request,
    post,
    press: (page, words, values = {}) => {
      const { action, fields } = pressed(page.html, words, values);
      return post(action, fields);
    },
  };
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const at = pair.indexOf('=');
  const over = attributes.some((each) => /^max-age=0$/i.test(each));
  if (over) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
export const plainOf = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found === null ? undefined : plainOf(found[1] ?? '');
};

/** What a browser would send for a press: the fields of the button's form as they stand, and the button. */
function pressed(html: string, words: string, values: Values): { action: string; fields: Fields } {
  const button = [...html.matchAll(/<button[^>]*>([^<]*)<\/button>/g)].find(([, text]) =>
    plainOf(text ?? '').startsWith(words),
  );
  if (button === undefined) throw new Error(`no button "${words}"`);
  const [tag] = button;
  const formId = attribute(tag, 'form');
  const forms = [...html.matchAll(/<form[^>]*>[\s\S]*?<\/form>/g)];
  const form = forms.find(({ 0: text, index }) =>
    formId === undefined
      ? index < button.index && button.index < index + text.length
      : attribute(text, 'id') === formId,
  );
  if (form === undefined) throw new Error(`the button "${words}" belongs to no form`);
  const given = Object.entries(values).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => [name, each] as const),
  );
  const standing = fieldsOf(form[0]).filter(([each]) => values[each] === undefined);
  const name = attribute(tag, 'name');
  const own = name === undefined ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
  const fields = [...standing, ...given, ...own];
  return { action: attribute(form[0], 'action') ?? '', fields };
}

/** The fields of a form with the values they show. */
export function fieldsOf(form: string): Fields {
  const inputs = [...form.matchAll(/<input[^>]*>/g)].flatMap(([tag]) => {
    const name = attribute(tag, 'name');
    const type = attribute(tag, 'type') ?? 'text';
    const sent = !['radio', 'checkbox'].includes(type) || / checked/.test(tag);
    return name === undefined || !sent ? [] : [[name, attribute(tag, 'value') ?? ''] as const];
  });
  const texts = [...form.matchAll(/<textarea([^>]*)>\n?([^<]*)<\/textarea>/g)].flatMap(
    ([, tag = '', text = '']) => {
      const name = attribute(tag, 'name');
      return name === undefined ? [] : [[name, plainOf(text).replaceAll('\n', '\r\n')] as const];
    },
  );
  return [...inputs, ...texts];
}

/** All words of a page, tags left out. */
export const wordsOf = (html: string): string =>
  plainOf(html.replaceAll(/<[^>]*>/g, ' ')).replaceAll(/\s+/g, ' ');

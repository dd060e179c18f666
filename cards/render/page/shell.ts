/** The frame of every hosted page. Values reach a page through `html` alone, which escapes them. */
import { html } from 'hono/html';

/** A piece of a page whose values have been escaped. */
export type Html = ReturnType<typeof html>;

const STYLESHEET = '/page/assets/page.css';
const LOGOUT = '/page/logout';

/** What every form of a page sends along; the leading underscore keeps clear of the names of fields. */
export const CONTROLS = {
  token: '_token',
  once: '_once',
  revision: '_revision',
  act: '_act',
} as const;

export type Shell = {
  readonly title: string;
  /** Who is logged in and the token of his forms; null = nobody. */
  readonly visitor: { readonly name: string; readonly token: string } | null;
  /** A page of tables and charts is wider than one of sentences. */
  readonly wide?: boolean;
  readonly body: Html;
};

export const NONE: readonly Html[] = [];

/** The whole document. */
export const renderShell = ({ title, visitor, wide, body }: Shell): Html => html`<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${title} · 廉哨</title>
<link rel="stylesheet" href="${STYLESHEET}">
</head>
<body>
<a class="skip" href="#main">跳到正文</a>
<header class="banner">
<div class="banner-inner">
<p class="brand"><span class="brand-name">廉哨</span><span class="brand-words">廉政风险防控</span></p>
${visitor === null ? NONE : account(visitor)}
</div>
</header>
<main id="main" class="${wide === true ? 'main main-wide' : 'main'}" tabindex="-1">
${body}
</main>
<footer class="foot"><p>您填写的内容只供审核人员、领导小组和纪检监察使用，每次提交和审核都会留下记录。</p></footer>
</body>
</html>`;

const account = ({ name, token }: { readonly name: string; readonly token: string }): Html =>
  html`<form class="account" method="post" action="${LOGOUT}">
<input type="hidden" name="${CONTROLS.token}" value="${token}">
<span class="account-name">${name}</span>
<button class="account-leave" type="submit">退出登录</button>
</form>`;

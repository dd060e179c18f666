/** The HTML around the browser code: no data, no inline script, so nothing in it can be injected. */
import { html } from 'hono/html';

const STYLES = [
  'tones',
  'base',
  'people',
  'chat',
  'messages',
  'composer',
  'card',
  'card-parts',
  'fields',
  'buttons',
  'markdown',
  'panel',
  'overlay',
];

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%233370ff'/%3E%3Ctext x='16' y='23' font-size='19' text-anchor='middle' fill='white'%3E廉%3C/text%3E%3C/svg%3E";

/** The page; `assets` is the address below which styles and modules are found. */
export function shell(assets: string) {
  return html`<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
    <meta name="color-scheme" content="light" />
    <title>廉哨 · 本地消息</title>
    <link rel="icon" href="${ICON}" />
    ${STYLES.map((name) => html`<link rel="stylesheet" href="${assets}styles/${name}.css" />`)}
  </head>
  <body>
    <div id="app"><p class="loading">正在打开…</p></div>
    <noscript><p class="loading">请允许本页面运行脚本后重新打开。</p></noscript>
    <script type="module" src="${assets}browser/main.ts"></script>
  </body>
</html>`;
}

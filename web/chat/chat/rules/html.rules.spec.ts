import { describe, expect, it } from 'vitest';
import { readHtml } from './html.rules.js';

describe('readHtml', () => {
  it.each([
    ['', []],
    ['plain\ntext', ['plain\ntext']],
    ['a &lt;b&gt; &amp; &quot;c&quot; &#39;d&#x27; &nbsp;', [`a <b> & "c" 'd' &nbsp;`]],
    ['&#x110000;', ['&#x110000;']],
    ['<b>bold</b> and <i>italic</i>', [el('b', 'bold'), ' and ', el('i', 'italic')]],
    [
      '<strong>a</strong><em>b</em><ins>c</ins><del>d</del>',
      [el('b', 'a'), el('i', 'b'), el('u', 'c'), el('s', 'd')],
    ],
    ['<b>one <u>two</u></b>', [{ tag: 'b', children: ['one ', el('u', 'two')] }]],
    ['<tg-spoiler>secret</tg-spoiler>', [el('spoiler', 'secret')]],
    ['<pre><code class="language-ts">a</code></pre>', [{ tag: 'pre', children: [el('code', 'a')] }]],
    ['<blockquote>q</blockquote>', [el('blockquote', 'q')]],
    ['<blockquote>q</blockquote>\nnext\n', [el('blockquote', 'q'), 'next\n']],
    ['<pre>p</pre>\n', [el('pre', 'p')]],
    ['<blockquote expandable>q</blockquote>', [{ tag: 'blockquote', isExpandable: true, children: ['q'] }]],
    [
      '<a href="https://a.example/?b=1&amp;c=2">x</a>',
      [{ tag: 'a', href: 'https://a.example/?b=1&c=2', children: ['x'] }],
    ],
    [
      '<a href="tg://resolve?domain=bot">x</a>',
      [{ tag: 'a', href: 'tg://resolve?domain=bot', children: ['x'] }],
    ],
  ])('reads %s', (html, nodes) => {
    expect(readHtml(html)).toEqual(nodes);
  });

  it.each([
    ['<script>alert(1)</script>', ['alert(1)']],
    ['<img src=x onerror=alert(1)>picture', ['picture']],
    ['<a href="javascript:alert(1)">x</a>', ['x']],
    ['<a href=" &#106;avascript:alert(1)">x</a>', ['x']],
    ['<a href="data:text/html,x">x</a>', ['x']],
    ['<b onclick="alert(1)">x</b>', [el('b', 'x')]],
    ['<constructor>x</constructor>', ['x']],
  ])('lets nothing else into the page: %s', (html, nodes) => {
    expect(readHtml(html)).toEqual(nodes);
  });

  it.each([
    ['<b>never closed', [el('b', 'never closed')]],
    ['never open</b>', ['never open']],
    ['<b>a<i>b</b>c', [{ tag: 'b', children: ['a', el('i', 'b')] }, 'c']],
    ['1 < 2 and 3 > 2', ['1 < 2 and 3 > 2']],
  ])('makes something of what is not well-formed: %s', (html, nodes) => {
    expect(readHtml(html)).toEqual(nodes);
  });

  it.each([
    ['/menu', [{ command: '/menu' }]],
    [
      '/menu — the menu\n/delete_me: erase',
      [{ command: '/menu' }, ' — the menu\n', { command: '/delete_me' }, ': erase'],
    ],
    ['<b>see /help.</b>', [{ tag: 'b', children: ['see ', { command: '/help' }, '.'] }]],
    [
      '5/10 and a/b and /path/to and https://x.example/menu',
      ['5/10 and a/b and /path/to and https://x.example/menu'],
    ],
    ['<code>/menu</code>', [el('code', '/menu')]],
    ['<a href="https://x.example">/menu</a>', [{ tag: 'a', href: 'https://x.example', children: ['/menu'] }]],
  ])('sets commands apart: %s', (html, nodes) => {
    expect(readHtml(html)).toEqual(nodes);
  });
});

function el(tag: string, text: string) {
  return { tag, children: [text] };
}

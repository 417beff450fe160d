import { pipeline, type Readable, type Transform } from 'node:stream';
import { createDeflate, createGunzip, createGzip, createInflate } from 'node:zlib';
import { RewritingStream } from 'parse5-html-rewriting-stream';
import { type LinkSource, rewriteUrl } from '../../../../proxy/rewrite-url.ts';

/** The attributes that hold a URL, by element. Source: the HTML specification's index of attributes. */
const URL_ATTRIBUTES: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    a: ['href'],
    applet: ['codebase'],
    area: ['href'],
    audio: ['src'],
    base: ['href'],
    blockquote: ['cite'],
    body: ['background'],
    button: ['formaction'],
    del: ['cite'],
    embed: ['src'],
    form: ['action'],
    frame: ['longdesc', 'src'],
    head: ['profile'],
    html: ['manifest'],
    iframe: ['longdesc', 'src'],
    img: ['longdesc', 'src', 'usemap'],
    input: ['src', 'usemap', 'formaction'],
    ins: ['cite'],
    link: ['href'],
    object: ['classid', 'codebase', 'data', 'usemap'],
    q: ['cite'],
    script: ['src'],
    source: ['src'],
    video: ['poster', 'src'],
  }),
);

const CODINGS: ReadonlyMap<string, { decode(): Transform; encode(): Transform }> = new Map([
  ['gzip', { decode: createGunzip, encode: createGzip }],
  ['deflate', { decode: createInflate, encode: createDeflate }],
]);

/** A page of HTML with its links as a client of the proxy needs them, in the same coding; the rest of it is as it was. */
export function rewrittenHtml(page: Readable, coding: string | undefined, source: LinkSource): Readable {
  const rewriter = new RewritingStream();
  rewriter.on('startTag', (tag, html) => {
    const names = URL_ATTRIBUTES.get(tag.tagName);
    let isChanged = false;
    for (const attribute of tag.attrs) {
      if (!names?.includes(attribute.name)) continue;
      const url = rewriteUrl(attribute.value, source);
      isChanged ||= url !== attribute.value;
      attribute.value = url;
    }
    if (isChanged) rewriter.emitStartTag(tag);
    else rewriter.emitRaw(html);
  });
  const { decode, encode } = CODINGS.get(coding ?? '') ?? {};
  const text = decode ? pipeline(page, decode(), () => {}) : page;
  text.setEncoding('utf8');
  const rewritten = pipeline(text, rewriter, () => {});
  return encode ? pipeline(rewritten, encode(), () => {}) : rewritten;
}

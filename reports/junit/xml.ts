/**
 * Text as XML 1.0 may hold it (https://www.w3.org/TR/xml/#charsets): markup escaped, characters that XML forbids
 * shown as their code, since dropping them would hide them.
 */
export function escapeXml(text: string): string {
  return text
    .replace(FORBIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"'\n\t\r]/g, (character) => ESCAPES[character] ?? character);
}

export type Attributes = Readonly<Record<string, string | number>>;

/** One element; `children` is XML already, `text` is not. Elements with text have no children. */
export function element(name: string, attributes: Attributes, children: readonly string[] = [], text = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  if (text !== '') return `${open}>${escapeXml(text)}</${name}>`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>\n${children.map((child) => indent(child)).join('\n')}\n</${name}>`;
}

const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- these are the characters that XML forbids
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
};

function indent(xml: string): string {
  return xml.replace(/^/gm, '  ');
}

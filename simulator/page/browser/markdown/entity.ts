/** Numeric and the few named character references; decoded after the markup is read, so that they never become markup. */

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g;

function character(code: number, otherwise: string): string {
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : otherwise;
}

/** `text` with its character references replaced. */
export function decodeEntities(text: string): string {
  return text.replace(REFERENCE, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return character(Number.parseInt(decimal, 10), whole);
    if (hex !== undefined) return character(Number.parseInt(hex, 16), whole);
    return NAMED[name] ?? whole;
  });
}

/**
 * What a text without quotes stands for: YAML 1.1 as the cluster reads it.
 * Source: goyaml.v2/resolve.go of sigs.k8s.io/yaml; base 60 and timestamps, which YAML 1.1 has too, stay text there.
 */

export type ScalarValue = string | number | boolean | null;

/** JSON has no word for these: kubectl refuses the object. */
export const NOT_JSON = Symbol('infinite or not a number');

const WORDS: ReadonlyMap<string, ScalarValue | typeof NOT_JSON> = new Map<string, ScalarValue | typeof NOT_JSON>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF'].map((word) => [word, NOT_JSON] as const),
  ...['+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'].map((word) => [word, NOT_JSON] as const),
]);

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9][0-9]*|0))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** The value of a plain text that bears no tag. */
export function resolvePlain(text: string): ScalarValue | typeof NOT_JSON {
  const code = text.charCodeAt(0);
  // Only what begins with a digit, sign, dot or one of these letters can be anything but text.
  if (code >= 0x30 && code <= 0x39) return numberOf(text);
  switch (text.charAt(0)) {
    case '':
      return null;
    case '+':
    case '-': {
      const word = WORDS.get(text);
      return word === undefined ? numberOf(text) : word;
    }
    case '.': {
      const word = WORDS.get(text);
      if (word !== undefined) return word;
      // Here an underscore may only stand between two digits.
      return floatOf(text.replaceAll(/(?<=\d)_(?=\d)/g, ''), text);
    }
    case 'y':
    case 'Y':
    case 'n':
    case 'N':
    case 't':
    case 'T':
    case 'f':
    case 'F':
    case 'o':
    case 'O':
    case '~': {
      if (text.length > 5) return text;
      const word = WORDS.get(text);
      return word === undefined ? text : word;
    }
    default:
      return text;
  }
}

function numberOf(text: string): ScalarValue {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  return integerOf(digits) ?? floatOf(digits, text);
}

/** null: no integer, or one beyond 64 bits, which is a float where it is decimal, and text otherwise. */
function integerOf(digits: string): number | null {
  const integer = INTEGER.exec(digits);
  if (integer === null) return null;
  const [, sign, hexadecimal, binary, octal, decimal] = integer;
  const size = BigInt(
    hexadecimal !== undefined
      ? `0x${hexadecimal}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0'),
  );
  const bound = sign === '-' ? 2n ** 63n : sign === '+' ? 2n ** 63n - 1n : 2n ** 64n - 1n;
  if (size > bound) return null;
  return sign === '-' && size !== 0n ? -Number(size) : Number(size);
}

function floatOf(digits: string, text: string): ScalarValue {
  if (!FLOAT.test(digits)) return text;
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

function isInteger(text: string): boolean {
  return integerOf(text.replaceAll('_', '')) !== null;
}

/** A plain text as the key of a mapping, as Go prints what it stands for; null where it stands for nothing. */
export function keyOfPlain(text: string): string | null {
  const value = resolvePlain(text);
  if (value === null || typeof value === 'string') return value;
  if (value === NOT_JSON) return text.toLowerCase().replace('+', '');
  if (typeof value === 'boolean' || isInteger(text)) return String(value);
  return floatText(value);
}

/** The shortest digits that give the same number in 32 bits, with an exponent from a million on: `1e+06`. */
function floatText(value: number): string {
  let precision = 1;
  while (precision < 9 && Math.fround(Number(value.toPrecision(precision))) !== Math.fround(value)) precision++;
  const [digits = '', exponent = '0'] = value.toExponential(precision - 1).split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(value.toPrecision(precision)));
  const sign = power < 0 ? '-' : '+';
  return `${digits.replace(/\.?0+$/, '')}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** What a reader of YAML 1.2 (core schema) takes the same text for. */
function resolvePlain12(text: string): ScalarValue | typeof NOT_JSON {
  if (/^(?:null|Null|NULL|~|)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (FLOAT.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : NOT_JSON;
  }
  return /^(?:[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN)$/.test(text) ? NOT_JSON : text;
}

/** Whether YAML 1.1 and 1.2 take a plain text for different things. */
export function versionsDiffer(text: string, value: ScalarValue | typeof NOT_JSON): boolean {
  // Almost all texts are told by their first character, or are the same for everybody.
  if (value === text || value === null) return false;
  return !Object.is(resolvePlain12(text), value) && !(value === 0 && resolvePlain12(text) === 0);
}

const TAG = 'tag:yaml.org,2002:';

/** The value of a text with a tag; undefined where the text is not what the tag says. */
export function resolveTagged(tag: string, text: string): ScalarValue | typeof NOT_JSON | undefined {
  const plain = resolvePlain(text);
  switch (tag) {
    case `${TAG}null`:
      return plain === null ? null : undefined;
    case `${TAG}bool`:
      return typeof plain === 'boolean' ? plain : undefined;
    case `${TAG}int`:
      return typeof plain === 'number' && isInteger(text) ? plain : undefined;
    case `${TAG}float`:
      return typeof plain === 'number' || plain === NOT_JSON ? plain : undefined;
    case `${TAG}timestamp`:
      return /^\d{4}-\d{1,2}-\d{1,2}(?:[Tt ]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})?)?$/.test(text)
        ? text
        : undefined;
    case `${TAG}binary`: {
      const bytes = Buffer.from(text, 'base64');
      const exact = bytes.toString('base64').replace(/=+$/, '') === text.replace(/[\r\n]/g, '').replace(/=+$/, '');
      return exact ? bytes.toString('utf8') : undefined;
    }
    default:
      return text;
  }
}

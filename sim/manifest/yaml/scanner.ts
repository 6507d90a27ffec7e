/**
 * Text into tokens, by the rules of libyaml, which the cluster reads with (sigs.k8s.io/yaml uses its Go translation).
 *
 * The specification leaves no room for most of what libyaml takes beside it (a quoted text or a bracket that ends left of
 * its key, tabs inside brackets), and no reader on npm takes it: so these rules are followed one by one. The two ideas
 * are libyaml's. A key is known only by the colon behind it: each token that may begin one is remembered until a colon
 * comes, or the line ends. And indentation becomes tokens of its own, so that the parser sees brackets everywhere.
 */
import { CR, LF, SPACE, TAB, isBlank, isBreak, isGap, isWord } from './characters.ts';
import { YamlError, type Budget, type Style } from './nodes.ts';

export type TokenType =
  | 'end'
  | 'version'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'seq-start'
  | 'map-start'
  | 'block-end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** Of a scalar its text, of an alias or anchor its name, of a tag or directive its handle. */
  readonly text: string;
  /** Of a tag or directive, what follows the handle. */
  readonly suffix: string;
  readonly style: Style;
}

/** A place where a key may have begun. */
interface PossibleKey {
  possible: boolean;
  /** Nothing but a key may stand there. */
  required: boolean;
  token: number;
  at: number;
  line: number;
  column: number;
}

/** A key and its colon stand on one line, at most this many characters apart. */
const MAX_KEY_LENGTH = 1024;
const MAX_DEPTH = 10_000;

const NEEDS_COLON = 'put a colon and a space behind the key, or indent this line so that it belongs to the text above';

export class Scanner {
  readonly #text: string;
  readonly #end: number;
  readonly #budget: Budget;
  #at: number;
  #line = 0;
  #lineStart: number;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  readonly #keys: PossibleKey[] = [noKey()];
  #queue: Token[] = [];
  #head = 0;
  /** Tokens that were taken: the number of the token at the head of the queue. */
  #taken = 0;
  #ended = false;

  /**
   * Scans `text` from `start` to `end` (UTF-16 units), in the line that begins at `lineStart`; there must be no forbidden
   * character in it.
   */
  constructor(text: string, start: number, end: number, budget: Budget, lineStart = start) {
    this.#budget = budget;
    this.#text = text;
    this.#at = start;
    this.#lineStart = lineStart;
    this.#end = end;
  }

  /** The next token, which stays; after the last one, `end` for ever. */
  peek(): Token {
    for (;;) {
      if (this.#head < this.#queue.length && !this.#headMayBecomeKey()) break;
      if (this.#ended) break;
      this.#fetch();
    }
    return this.#queue[this.#head] as Token;
  }

  take(): Token {
    const token = this.peek();
    if (token.type !== 'end') {
      this.#head++;
      this.#taken++;
      if (this.#head > 64 && (this.#head === this.#queue.length || this.#head > 4096)) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
    }
    return token;
  }

  /** How far the text was read. */
  get position(): number {
    return this.#at;
  }

  // ---- characters

  #code(ahead = 0): number {
    const at = this.#at + ahead;
    return at < this.#end ? this.#text.charCodeAt(at) : 0;
  }

  get #column(): number {
    return this.#at - this.#lineStart;
  }

  /** Moves behind the line break that stands here, and gives what it reads as. */
  #takeBreak(): string {
    const code = this.#code();
    this.#at += code === CR && this.#code(1) === LF ? 2 : 1;
    this.#line++;
    this.#lineStart = this.#at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  #fail(message: string, start: number, end: number, help?: string): never {
    throw new YamlError(message, start, end, help);
  }

  #endOfLine(from: number): number {
    let at = from;
    while (at < this.#end && !isBreak(this.#text.charCodeAt(at))) at++;
    return at;
  }

  // ---- the queue

  #push(type: TokenType, start: number, end: number, text = '', style: Style = 'plain', suffix = ''): void {
    this.#budget.spend(start);
    this.#queue.push({ type, start, end, text, suffix, style });
  }

  #insert(position: number, type: TokenType, at: number): void {
    const token: Token = { type, start: at, end: at, text: '', suffix: '', style: 'plain' };
    const queue = this.#queue;
    queue.push(token);
    for (let i = queue.length - 1; i > position; i--) queue[i] = queue[i - 1] as Token;
    queue[position] = token;
  }

  #headMayBecomeKey(): boolean {
    // Keys further in have later tokens: the first that is possible is the only one that can stand at the head.
    for (const key of this.#keys) if (key.possible) return key.token === this.#taken && this.#stillPossible(key);
    return false;
  }

  #stillPossible(key: PossibleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#line && this.#at - key.at <= MAX_KEY_LENGTH) return true;
    this.#giveUp(key);
    return false;
  }

  #giveUp(key: PossibleKey): void {
    if (key.possible && key.required) {
      const end = this.#endOfLine(key.at);
      this.#fail('a key without its colon', key.at, end, NEEDS_COLON);
    }
    key.possible = false;
  }

  get #key(): PossibleKey {
    return this.#keys[this.#keys.length - 1] as PossibleKey;
  }

  #rememberKey(): void {
    if (!this.#keyAllowed) return;
    const key = this.#key;
    this.#giveUp(key);
    key.possible = true;
    key.required = this.#flowLevel === 0 && this.#indent === this.#column;
    key.token = this.#taken + this.#queue.length - this.#head;
    key.at = this.#at;
    key.line = this.#line;
    key.column = this.#column;
  }

  // ---- indentation

  /** Opens a block collection where the text goes further in; `position` is its place in the queue. */
  #indentTo(column: number, type: 'seq-start' | 'map-start', position: number, at: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    if (this.#indents.length > MAX_DEPTH) throw new RangeError('nested too deeply');
    this.#indent = column;
    this.#insert(position, type, at);
  }

  #unindentTo(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#push('block-end', this.#at, this.#at);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  // ---- tokens

  #fetch(): void {
    this.#skipToToken();
    this.#unindentTo(this.#column);
    const code = this.#code();
    if (code === 0) {
      this.#fetchEnd();
      return;
    }
    if (this.#column === 0) {
      if (code === 0x25) {
        this.#fetchDirective();
        return;
      }
      if (this.#isDocumentMark()) {
        this.#fetchDocumentMark(code === 0x2d ? 'document-start' : 'document-end');
        return;
      }
    }
    switch (code) {
      case 0x5b: // [
      case 0x7b: {
        // {
        this.#fetchOpening(code === 0x5b ? '[' : '{');
        return;
      }
      case 0x5d: // ]
      case 0x7d: {
        // }
        this.#fetchClosing(code === 0x5d ? ']' : '}');
        return;
      }
      case 0x2c: // ,
        this.#giveUp(this.#key);
        this.#keyAllowed = true;
        {
          this.#pushOne(',');
          return;
        }
      case 0x2d: // -
        if (isGap(this.#code(1))) {
          this.#fetchEntry();
          return;
        }
        break;
      case 0x3f: // ?
        if (this.#flowLevel > 0 || isGap(this.#code(1))) {
          this.#fetchKey();
          return;
        }
        break;
      case 0x3a: // :
        if (this.#flowLevel > 0 || isGap(this.#code(1))) {
          this.#fetchValue();
          return;
        }
        break;
      case 0x2a: {
        // *
        this.#fetchAnchor('alias');
        return;
      }
      case 0x26: {
        // &
        this.#fetchAnchor('anchor');
        return;
      }
      case 0x21: {
        // !
        this.#fetchTag();
        return;
      }
      case 0x7c: // |
      case 0x3e: // >
        if (this.#flowLevel === 0) {
          this.#fetchBlockScalar(code === 0x7c);
          return;
        }
        break;
      case 0x27: // '
      case 0x22: {
        // "
        this.#fetchQuoted(code);
        return;
      }
      default:
    }
    if (this.#mayBeginPlain(code)) {
      this.#fetchPlain();
      return;
    }
    this.#failAtStart(code);
  }

  /** Whether a plain text may begin with this character, which is no indicator here. */
  #mayBeginPlain(code: number): boolean {
    switch (code) {
      case 0x2d: // - is taken before anything that is no blank
        return !isBlank(this.#code(1));
      case 0x3f: // ?
      case 0x3a: // :
        return this.#flowLevel === 0 && !isGap(this.#code(1));
      case 0x7c: // |
      case 0x3e: // >
      case 0x25: // %
      case 0x40: // @
      case 0x60: // `
      case 0x23: // #
      case TAB:
        return false;
      default:
        return true;
    }
  }

  #failAtStart(code: number): never {
    if (code === TAB) this.#fail('a tab where only spaces may indent', this.#at, this.#at + 1, 'indent with spaces');
    const character = String.fromCharCode(code);
    this.#fail(`\`${character}\` cannot begin a value`, this.#at, this.#at + 1, 'quote the value');
  }

  #pushOne(type: TokenType): void {
    this.#push(type, this.#at, this.#at + 1);
    this.#at++;
  }

  /** White space, comments and breaks; tabs only where they cannot be taken for indentation. */
  #skipToToken(): void {
    for (;;) {
      if (this.#column === 0 && this.#code() === 0xfeff) this.#at++;
      let code = this.#code();
      while (code === SPACE || (code === TAB && (this.#flowLevel > 0 || !this.#keyAllowed))) {
        this.#at++;
        code = this.#code();
      }
      if (code === 0x23) {
        this.#at = this.#endOfLine(this.#at);
        code = this.#code();
      }
      if (!isBreak(code)) return;
      this.#takeBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  /** `---` or `...`, at the beginning of a line. */
  #isDocumentMark(): boolean {
    const code = this.#code();
    return (code === 0x2d || code === 0x2e) && this.#code(1) === code && this.#code(2) === code && isGap(this.#code(3));
  }

  #closeAll(): void {
    this.#unindentTo(-1);
    this.#giveUp(this.#key);
    this.#keyAllowed = false;
  }

  #fetchEnd(): void {
    this.#line++;
    this.#closeAll();
    this.#ended = true;
    this.#push('end', this.#at, this.#at);
  }

  #fetchDocumentMark(type: 'document-start' | 'document-end'): void {
    this.#closeAll();
    this.#push(type, this.#at, this.#at + 3);
    this.#at += 3;
  }

  #fetchDirective(): void {
    this.#closeAll();
    const start = this.#at;
    const end = this.#endOfLine(start);
    const line = this.#text.slice(start, end);
    const version = /^%YAML[ \t]+(\d{1,2})\.(\d{1,2})[ \t]*(#.*)?$/.exec(line);
    const tag = /^%TAG[ \t]+(!(?:[\w-]*!)?)[ \t]+([\w\-;/?:@&=+$,.!~*'()[\]%]+)(?:[ \t]+(?:#.*)?)?$/.exec(line);
    if (version !== null) {
      this.#push('version', start, end, `${Number(version[1])}.${Number(version[2])}`);
    } else if (tag !== null) {
      this.#push('tag-directive', start, end, tag[1], 'plain', decodeUri(tag[2] ?? ''));
    } else this.#fail('a line that begins with `%` is no directive', start, end, 'quote the value');
    this.#at = end;
  }

  #fetchOpening(type: '[' | '{'): void {
    this.#rememberKey();
    this.#keys.push(noKey());
    this.#flowLevel++;
    if (this.#flowLevel > MAX_DEPTH) throw new RangeError('nested too deeply');
    this.#keyAllowed = true;
    this.#pushOne(type);
  }

  #fetchClosing(type: ']' | '}'): void {
    this.#giveUp(this.#key);
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      this.#keys.pop();
    }
    this.#keyAllowed = false;
    this.#pushOne(type);
  }

  #fetchEntry(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) {
        this.#fail('an entry of a list cannot begin here', this.#at, this.#at + 1, 'put the `-` on a line of its own');
      }
      this.#indentTo(this.#column, 'seq-start', this.#queue.length, this.#at);
    }
    this.#giveUp(this.#key);
    this.#keyAllowed = true;
    this.#pushOne('-');
  }

  #fetchKey(): void {
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) this.#fail('a key cannot begin here', this.#at, this.#at + 1, 'put it on its own line');
      this.#indentTo(this.#column, 'map-start', this.#queue.length, this.#at);
    }
    this.#giveUp(this.#key);
    this.#keyAllowed = this.#flowLevel === 0;
    this.#pushOne('key');
  }

  #fetchValue(): void {
    const key = this.#key;
    if (this.#stillPossible(key)) {
      const position = this.#head + key.token - this.#taken;
      this.#insert(position, 'key', key.at);
      this.#indentTo(key.column, 'map-start', position, key.at);
      key.possible = false;
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) {
          this.#fail('a second colon on a line that has its value', this.#at, this.#at + 1, QUOTE_OR_BREAK);
        }
        this.#indentTo(this.#column, 'map-start', this.#queue.length, this.#at);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#pushOne('value');
  }

  #fetchAnchor(type: 'alias' | 'anchor'): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const start = this.#at++;
    while (isWord(this.#code())) this.#at++;
    const after = this.#code();
    if (this.#at === start + 1 || !(isGap(after) || '?:,]}%@`'.includes(String.fromCharCode(after)))) {
      const indicator = type === 'alias' ? '*' : '&';
      this.#fail(
        `\`${indicator}\` without the name of an anchor`,
        start,
        this.#at,
        `quote text that begins with \`${indicator}\``,
      );
    }
    this.#push(type, start, this.#at, this.#text.slice(start + 1, this.#at));
  }

  #fetchTag(): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const start = this.#at;
    const end = this.#endOfLine(start);
    const found = TAG.exec(this.#text.slice(start, end));
    if (found === null) this.#fail('text after `!` is no tag', start, end, 'quote text that begins with `!`');
    const [whole, verbatim, handle, suffix, local] = found;
    this.#at += whole.length;
    if (!isGap(this.#code()))
      this.#fail('text after `!` is no tag', start, this.#at + 1, 'quote text that begins with `!`');
    if (verbatim !== undefined) this.#push('tag', start, this.#at, '', 'plain', decodeUri(verbatim));
    else if (handle !== undefined) this.#push('tag', start, this.#at, `!${handle}`, 'plain', decodeUri(suffix ?? ''));
    else if (local === '') this.#push('tag', start, this.#at, '', 'plain', '!');
    else this.#push('tag', start, this.#at, '!', 'plain', decodeUri(local ?? ''));
  }

  // ---- scalars

  #fetchBlockScalar(literal: boolean): void {
    this.#giveUp(this.#key);
    this.#keyAllowed = true;
    const start = this.#at++;
    const headEnd = this.#endOfLine(start);
    const head = /^(?:([+-])([1-9])?|([1-9])([+-])?)?[ \t]*(?:#.*)?$/s.exec(this.#text.slice(this.#at, headEnd));
    if (head === null) {
      const help =
        'put the text below, further in than its key; after `|` or `>` only `+`, `-` and one digit may stand';
      this.#fail(`text behind \`${literal ? '|' : '>'}\``, start, headEnd, help);
    }
    const chomping = head[1] ?? head[4] ?? '';
    const increment = Number(head[2] ?? head[3] ?? 0);
    this.#at = headEnd;
    let end = headEnd;
    if (isBreak(this.#code())) this.#takeBreak();
    const breaks: Breaks = { indent: increment > 0 ? Math.max(this.#indent, 0) + increment : 0, trailing: '' };
    this.#skipBlockBreaks(breaks);
    let text = '';
    let leadingBreak = '';
    let leadingBlank = false;
    while (this.#column === breaks.indent && this.#at < this.#end) {
      const blank = isBlank(this.#code());
      if (!literal && !leadingBlank && !blank && leadingBreak === '\n') {
        if (breaks.trailing === '') text += ' ';
      } else text += leadingBreak;
      text += breaks.trailing;
      breaks.trailing = '';
      leadingBlank = blank;
      end = this.#endOfLine(this.#at);
      text += this.#text.slice(this.#at, end);
      this.#at = end;
      // kubectl ends every document with a line break, whether one was written or not.
      leadingBreak = this.#at < this.#end ? this.#takeBreak() : '\n';
      this.#skipBlockBreaks(breaks);
    }
    if (chomping !== '-') text += leadingBreak;
    if (chomping === '+') text += breaks.trailing;
    this.#push('scalar', start, end, text, literal ? 'literal' : 'folded');
  }

  /** Indentation and empty lines; finds how far in the text stands where nobody has said it (`indent` 0). */
  #skipBlockBreaks(breaks: Breaks): void {
    let deepest = 0;
    for (;;) {
      while ((breaks.indent === 0 || this.#column < breaks.indent) && this.#code() === SPACE) this.#at++;
      if (this.#column > deepest) deepest = this.#column;
      if ((breaks.indent === 0 || this.#column < breaks.indent) && this.#code() === TAB) {
        this.#fail('a tab where only spaces may indent', this.#at, this.#at + 1, 'indent with spaces');
      }
      if (!isBreak(this.#code())) break;
      breaks.trailing += this.#takeBreak();
    }
    if (breaks.indent === 0) breaks.indent = Math.max(deepest, this.#indent + 1, 1);
  }

  #fetchQuoted(quote: number): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const start = this.#at++;
    let text = '';
    for (;;) {
      if (this.#column === 0 && this.#isDocumentMark()) {
        this.#fail('a quote that is not closed before the next document', start, start + 1, CLOSE_QUOTE);
      }
      if (this.#at >= this.#end) this.#fail('a quote that is never closed', start, start + 1, CLOSE_QUOTE);
      const from = this.#at;
      let code = this.#code();
      while (code !== quote && code !== 0x5c) {
        const blanks = isGap(code) ? this.#blanksInside() : 0;
        if (blanks === 0 && isGap(code)) break;
        this.#at += Math.max(blanks, 1);
        code = this.#code();
      }
      text += this.#text.slice(from, this.#at);
      if (code === quote) {
        if (quote === 0x27 && this.#code(1) === quote) {
          text += "'";
          this.#at += 2;
          continue;
        }
        break;
      }
      if (code === 0x5c) {
        if (quote === 0x27) {
          text += '\\';
          this.#at++;
        } else if (isBreak(this.#code(1))) {
          this.#at++;
          this.#takeBreak();
          text += this.#skipBreaks('escaped', null).text;
        } else text += this.#takeEscape();
        continue;
      }
      text += this.#skipBreaks('', null).text;
    }
    this.#at++;
    this.#push('scalar', start, this.#at, text, quote === 0x27 ? 'single' : 'double');
  }

  /** How many blanks stand here in front of more text of the same line. */
  #blanksInside(): number {
    let blanks = 0;
    while (isBlank(this.#code(blanks))) blanks++;
    return isGap(this.#code(blanks)) ? 0 : blanks;
  }

  /**
   * Blanks and breaks inside of a scalar, and what they read as. `escaped`: a break was taken already, and says nothing.
   * @param indent where a line of a plain scalar goes on; null: inside quotes, anywhere
   */
  #skipBreaks(before: 'escaped' | '', indent: number | null): { readonly text: string; readonly broken: boolean } {
    let blanks = '';
    let first = '';
    let others = '';
    let broken = before === 'escaped';
    for (;;) {
      const code = this.#code();
      if (isBlank(code)) {
        if (broken && indent !== null && this.#column < indent && code === TAB) {
          this.#fail('a tab where only spaces may indent', this.#at, this.#at + 1, 'indent with spaces');
        }
        if (!broken) blanks += String.fromCharCode(code);
        this.#at++;
      } else if (isBreak(code)) {
        if (broken) others += this.#takeBreak();
        else {
          first = this.#takeBreak();
          broken = true;
        }
      } else break;
    }
    if (!broken) return { text: blanks, broken };
    if (first === '\n') return { text: others === '' ? ' ' : others, broken };
    return { text: first + others, broken };
  }

  #takeEscape(): string {
    const start = this.#at;
    const letter = String.fromCharCode(this.#code(1));
    const simple = ESCAPES[letter];
    if (simple !== undefined) {
      this.#at += 2;
      return simple;
    }
    const length = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
    const digits = this.#text.slice(start + 2, Math.min(start + 2 + length, this.#end));
    const value = /^[0-9a-f]+$/i.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
    if (value < 0 || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) {
      const help = 'write `\\\\` for a backslash, or put the text into single quotes';
      this.#fail(`\`\\${letter}\` is no escape that YAML knows`, start, start + 2, help);
    }
    this.#at += 2 + length;
    return String.fromCodePoint(value);
  }

  #fetchPlain(): void {
    this.#rememberKey();
    this.#keyAllowed = false;
    const start = this.#at;
    const indent = this.#indent + 1;
    const inFlow = this.#flowLevel > 0;
    let end = start;
    let text = '';
    let gap = '';
    let broken = false;
    for (;;) {
      if (this.#column === 0 && this.#isDocumentMark()) break;
      let code = this.#code();
      if (code === 0x23) break;
      const from = this.#at;
      let stopped = false;
      for (;;) {
        const blanks = isGap(code) ? this.#blanksInside() : 0;
        if (blanks === 0 && isGap(code)) break;
        const after = blanks === 0 ? code : this.#code(blanks);
        const ends = (after === 0x3a && isGap(this.#code(blanks + 1))) || (inFlow && endsPlainInFlow(after));
        if (ends || (blanks > 0 && after === 0x23)) {
          stopped = blanks === 0;
          break;
        }
        this.#at += Math.max(blanks, 1);
        code = this.#code();
      }
      if (this.#at > from) {
        text += gap + this.#text.slice(from, this.#at);
        broken = false;
        end = this.#at;
      }
      if (stopped || code === 0) break;
      // Before what may go on.
      ({ text: gap, broken } = this.#skipBreaks('', indent));
      if (!inFlow && this.#column < indent) break;
    }
    this.#push('scalar', start, end, text);
    if (broken) this.#keyAllowed = true;
  }
}

interface Breaks {
  indent: number;
  /** The empty lines that were met last. */
  trailing: string;
}

const QUOTE_OR_BREAK = 'quote a value that contains `: `, or put the mapping on a line of its own';
const CLOSE_QUOTE = "close the quote; inside single quotes write `''` for one";

const URI = "[\\w\\-;/?:@&=+$,.!~*'()[\\]%]";
const TAG = new RegExp(`^!(?:<(${URI}+)>|([\\w-]*!)(${URI}+)|(${URI}*))`);

const ESCAPES: Readonly<Partial<Record<string, string>>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

function noKey(): PossibleKey {
  return { possible: false, required: false, token: 0, at: 0, line: 0, column: 0 };
}

function endsPlainInFlow(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

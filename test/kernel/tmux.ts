/** A terminal that a test looks at: a tmux server of its own, with a shell in it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

export const noTmux = spawnSync('tmux', ['-V']).status === 0 ? '' : 'needs tmux';

export class Terminal implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'ipvlane-tmux-'));

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    const shell = ['env', '-u', 'CI', '-u', 'CONTINUOUS_INTEGRATION', '-u', 'NO_COLOR', 'PS1=$ ', 'sh'];
    this.#tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), ...shell);
  }

  /** Types a line and Enter. */
  type(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.press('Enter');
  }

  /** A key by tmux's name for it: `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What a person sees, lines without trailing blanks. */
  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** Which modes a program has left on: `1` or `0` each. */
  modes(): { readonly alternateScreen: string; readonly cursorShown: string; readonly mouse: string } {
    const [alternateScreen = '', cursorShown = '', mouse = ''] = this.#tmux(
      'display-message',
      '-p',
      '#{alternate_on} #{cursor_flag} #{mouse_any_flag}',
    )
      .trim()
      .split(' ');
    return { alternateScreen, cursorShown, mouse };
  }

  /** Waits until the screen shows it. */
  async shows(text: string | RegExp, withinMs = 10_000): Promise<void> {
    await vi.waitFor(
      () => {
        const screen = this.screen();
        if (!(typeof text === 'string' ? screen.includes(text) : text.test(screen)))
          throw new Error(`the terminal does not show ${String(text)} but\n${screen}`);
      },
      { timeout: withinMs, interval: 100 },
    );
  }

  [Symbol.dispose](): void {
    this.#tmux('kill-server');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #tmux(...words: string[]): string {
    const { status, stdout, stderr } = spawnSync(
      'tmux',
      ['-f', '/dev/null', '-S', join(this.#folder, 'socket'), ...words],
      { encoding: 'utf8', timeout: 10_000 },
    );
    if (status !== 0) throw new Error(`tmux ${words.join(' ')}: ${stderr}`);
    return stdout;
  }
}

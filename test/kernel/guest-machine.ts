/** A guest that plays the machine: with root, ipvlan and fq, for what this machine's own kernel lacks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { RunningKernel } from '../../sim/kernel/kernel.ts';
import { GUEST_MODULES } from '../../sim/kernel/guest-modules.ts';
import { umlKernel } from '../../sim/kernel/uml/uml.ts';
import type { AgentMessage } from '../../sim/lab/protocol.ts';
import { ask, ECHO_AGENT } from './echo-lab.ts';

const PROJECT = join(import.meta.dirname, '../..');

export class GuestMachine implements AsyncDisposable {
  readonly kernel: RunningKernel;
  readonly #messages: AsyncIterator<AgentMessage>;
  /** Below the project, where the guest can read it and find koffi. */
  readonly #folder = mkdtempSync(join(import.meta.dirname, '../../dist/guest-machine-'));

  private constructor(kernel: RunningKernel) {
    this.kernel = kernel;
    this.#messages = kernel.messages[Symbol.asyncIterator]();
  }

  /** As a stock machine boots whose modules are loaded when they are asked for. */
  static async boot(): Promise<GuestMachine> {
    const guest = await GuestMachine.bootBare();
    await guest.loadModules();
    return guest;
  }

  /** Without any module. */
  static async bootBare(): Promise<GuestMachine> {
    return new GuestMachine(
      await umlKernel({ agent: ECHO_AGENT, shown: [PROJECT] }).start({ memoryMiB: 1024, keepConsole: null }),
    );
  }

  async loadModules(): Promise<void> {
    const program = await this.bundle('fixtures/load-modules.ts');
    const folder = `/usr/lib/uml/modules/${this.kernel.release}`;
    const { code, output } = await this.run(process.execPath, program, folder, GUEST_MODULES.join(','));
    if (code !== 0 || output !== '\n') throw new Error(`modules of the guest: ${output}`);
  }

  /** One of our TypeScript programs as a file that the guest's node runs. */
  async bundle(entry: string): Promise<string> {
    const outfile = join(this.#folder, basename(entry, '.ts').concat('.mjs'));
    await build({
      entryPoints: [join(import.meta.dirname, entry)],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      external: ['koffi'],
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return outfile;
  }

  /** Runs a program of this machine in the guest to its end; `output` is stdout, then stderr. */
  run(...argv: string[]): ReturnType<typeof ask> {
    return ask(this.kernel, this.#messages, ...argv);
  }

  shell(script: string): ReturnType<typeof ask> {
    return this.run('sh', '-c', script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kernel[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

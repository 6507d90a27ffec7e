import { chooseKernel, inspectKernels } from '../kernel/choose.ts';
import type { KernelReport } from '../kernel/kernel.ts';
import { type Environment, wantsColour } from './environment.ts';
import type { Action } from './command.ts';
import { featureLines } from './doctor-features.ts';
import { EXIT } from './exit-code.ts';

/** What each kernel needs, has and lacks here, with the line that fixes it. Changes nothing. */
export const doctor: Action = async (environment, _paths, options) => {
  const name = typeof options.kernel === 'string' ? options.kernel : 'auto';
  const reports = name === 'auto' ? await inspectKernels() : [await (await chooseKernel(name)).kernel.inspect()];
  const usable = reports.filter((report) => report.usable);
  if (options.json === true) environment.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else environment.stdout.write(`${doctorLines(reports, environment, name !== 'auto').join('\n')}\n`);
  return usable.length > 0 ? EXIT.ok : EXIT.machine;
};

/** @param detailed for one kernel: what it must have, by release */
function doctorLines(reports: readonly KernelReport[], environment: Environment, detailed: boolean): string[] {
  const colour = wantsColour(environment, environment.stdout);
  const paint = (sgr: string, text: string): string => (colour ? `\u001b[${sgr}m${text}\u001b[0m` : text);
  const lines = reports.flatMap((report) => [
    `${paint('1', report.name)}${report.release === null ? '' : ` ${report.release}`}: ` +
      (report.usable ? paint('32', 'can be used') : paint('31', 'cannot be used')),
    ...report.requirements.flatMap(({ name, met, detail, fix }) => [
      `  ${met ? paint('32', '✓') : paint('31', '✗')} ${name}: ${detail}`,
      ...(fix === null ? [] : [`      ${fix}`]),
    ]),
    ...(detailed ? featureLines(report.release, paint) : []),
  ]);
  const chosen = reports.find((report) => report.usable);
  if (reports.length > 1) {
    lines.push(
      chosen === undefined
        ? 'no kernel can be used yet; the lines above fix that'
        : `--kernel auto takes ${chosen.name}`,
    );
  }
  return lines;
}

/** Folders whose files are no manifests yet: kustomizations and charts. */
import { join } from 'node:path/posix';
import type { Files } from '../files.ts';

/** Source: sigs.k8s.io/kustomize/api/konfig, RecognizedKustomizationFileNames. */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

export function isKustomization(folder: string, files: Files): boolean {
  return KUSTOMIZATION_NAMES.some((name) => files.stat(join(folder, name))?.kind === 'file');
}

/** A chart has templates; without any (a chart of dependencies alone, a library) there is a `charts` folder to render. */
export function isChart(folder: string, files: Files): boolean {
  return (
    files.stat(join(folder, 'Chart.yaml'))?.kind === 'file' &&
    ['templates', 'charts'].some((name) => files.stat(join(folder, name))?.kind === 'folder')
  );
}

/** Folders whose files are no manifests yet: kustomizations and charts. */
import { join } from 'node:path/posix';
import type { Files } from './files.ts';

/** Source: sigs.k8s.io/kustomize/api/konfig, RecognizedKustomizationFileNames. */
export const KUSTOMIZATION_NAMES: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields that only a kustomization has at its top, where it says neither kind nor apiVersion (types.Kustomization). */
export const KUSTOMIZATION_FIELDS: readonly string[] =
  `resources bases components patches patchesStrategicMerge patchesJson6902
  configMapGenerator secretGenerator namePrefix nameSuffix commonLabels commonAnnotations helmCharts generators transformers
  replacements`.split(/\s+/);

export function isKustomizationKind(kind: string, group: string): boolean {
  return group === 'kustomize.config.k8s.io' && (kind === 'Kustomization' || kind === 'Component');
}

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

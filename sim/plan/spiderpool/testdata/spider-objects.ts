/** For tests: Spiderpool's objects as text. `spec` and `annotations` are YAML in flow style, without braces. */
export function spiderMultusConfig(name: string, spec: string, annotations = ''): string {
  return spiderObject(
    'SpiderMultusConfig',
    `name: ${name}, namespace: kube-system, annotations: { ${annotations} }`,
    spec,
  );
}

export function spiderReservedIP(name: string, spec: string): string {
  return spiderObject('SpiderReservedIP', `name: ${name}`, spec);
}

export function spiderObject(kind: string, metadata: string, spec: string): string {
  return `
apiVersion: spiderpool.spidernet.io/v2beta1
kind: ${kind}
metadata: { ${metadata} }
spec: { ${spec} }`;
}

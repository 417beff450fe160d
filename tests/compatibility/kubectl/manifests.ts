/** Manifests that several scenarios apply. */
export function deployment(name: string, { image = 'example/shop:1', replicas = 1, more = '' } = {}): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${more} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - { name: web, image: '${image}', ports: [{ containerPort: 8080 }] }
`;
}

export const configMap = (name: string, { labels = '', data = 'a: b' } = {}): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}, labels: { ${labels} } }\ndata: { ${data} }\n`;

/** A Pod whose shell does what the script says. */
export const shell = (name: string, script: string, more = ''): string => `apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  terminationGracePeriodSeconds: 0
  restartPolicy: Never
  containers:
    - { name: main, image: busybox, command: [sh, -c, ${JSON.stringify(script)}]${more} }
`;

export const FOREVER = 'while true; do sleep 1000; done';

import type { Image } from '../image.ts';
import { agnhost } from './agnhost/agnhost.ts';
import { caddy } from './caddy/caddy.ts';
import { ealenEcho } from './ealen-echo/ealen-echo.ts';
import { echo } from './echo/echo.ts';
import { echoServer } from './echo-server/echo-server.ts';
import { echoserver } from './echoserver/echoserver.ts';
import { helloApp, kubernetesBootcamp, nodeHello } from './hello-app/hello-app.ts';
import { helloKubernetes } from './hello-kubernetes/hello-kubernetes.ts';
import { hpaExample } from './hpa-example/hpa-example.ts';
import { httpEcho } from './http-echo/http-echo.ts';
import { httpd } from './httpd/httpd.ts';
import { fortio, hey, load } from './load/load.ts';
import { mendhakEcho } from './mendhak-echo/mendhak-echo.ts';
import { nginx, nginxUnprivileged } from './nginx/nginx.ts';
import { nginxdemosHello } from './nginxdemos-hello/nginxdemos-hello.ts';
import { pause } from './pause/pause.ts';
import { podinfo } from './podinfo/podinfo.ts';
import { redis } from './redis/redis.ts';
import { shell } from './shell/shell.ts';
import { kubernatsStress } from './stress/kubernats-stress.ts';
import { stress, stressNg } from './stress/stress.ts';
import { vishStress } from './stress/vish-stress.ts';
import { whoami } from './whoami/whoami.ts';

/** Every image that is there without anybody's doing. docs/images.md lists them. */
export const BUILT_IN: readonly Image[] = [
  pause,
  shell,
  echo,
  nginx,
  nginxUnprivileged,
  httpd,
  caddy,
  whoami,
  httpEcho,
  helloApp,
  nodeHello,
  kubernetesBootcamp,
  echoServer,
  ealenEcho,
  mendhakEcho,
  podinfo,
  nginxdemosHello,
  helloKubernetes,
  echoserver,
  hpaExample,
  agnhost,
  stress,
  stressNg,
  vishStress,
  kubernatsStress,
  load,
  hey,
  fortio,
  redis,
];

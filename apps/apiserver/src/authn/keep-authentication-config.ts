import type { ConfigMap } from '@kubernats/api';
import { deepEqual } from '@kubernats/apimachinery';
import { ensure } from '../bootstrap/ensure.ts';
import { type Core, placeOfResource } from '../core.ts';
import type { TlsMaterial } from '../doors/https/tls-material.ts';
import { onDemand } from '../on-demand.ts';
import { authenticationConfig, CONFIG_NAME, CONFIG_NAMESPACE } from './authentication-config.ts';

/** Keeps the ConfigMap kube-system/extension-apiserver-authentication as it has to be. */
export interface AuthenticationConfigKeeper extends Disposable {
  /** Others are believed from now on. */
  renew(material: TlsMaterial): void;
}

/** All servers do so. Resolves when it is there. Source: kube-apiserver's cluster authentication trust controller. */
export async function keepAuthenticationConfig(core: Core, current: TlsMaterial): Promise<AuthenticationConfigKeeper> {
  const { cache } = placeOfResource(core, '', 'v1', 'configmaps');
  let material = current;
  const step = async (): Promise<void> => {
    const there: ConfigMap | undefined = cache.get(CONFIG_NAMESPACE, CONFIG_NAME)?.object;
    const wanted = authenticationConfig(material, there, core.clock.now());
    await ensure(core, wanted, ({ object }) => !deepEqual((object as ConfigMap).data, wanted.data));
  };
  const { wake, idle, stop } = onDemand(core, step, 'what extension API servers are told of clients could not be written');
  const unobserve = cache.observe((now, before) => {
    const { namespace, name } = now ?? before ?? {};
    if (name === CONFIG_NAME && namespace === CONFIG_NAMESPACE) wake();
  });
  wake();
  await idle();
  return {
    renew(next) {
      material = next;
      wake();
    },
    [Symbol.dispose]() {
      unobserve();
      stop();
    },
  };
}

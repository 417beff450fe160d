import { loopbackNetwork } from '/work/main/packages/net/src/index.ts';
import { relay } from '/work/main/apps/service-proxy/src/plane/relay.ts';
const network = loopbackNetwork();
await network.listen({host:'127.79.0.1',port:9002}, async (c)=>{ const u=await network.dial({host:"127.79.0.2",port:9000},{into:c}); relay(c,u,()=>{}); });
setInterval(()=>{},1e9);

// A client: calls a Service by its name, says which Pod answered, and ends with 1 when too much went wrong.
import { defineImage, fetchHttp } from '@kubernats/image';

export default defineImage({
  names: ['demo/service-client'],
  async run(context) {
    const [url = 'http://slow-server:9000/', count = '5'] = context.args;
    let failures = 0;
    for (let i = 0; i < Number(count); i++) {
      try {
        const answer = await fetchHttp(context.network, { url, signal: AbortSignal.timeout(2000) });
        console.log(answer.status, new TextDecoder().decode(answer.body).trim());
      } catch (error) {
        failures++;
        console.error(error instanceof Error ? error.message : error);
      }
      await context.clock.sleep(200);
    }
    return failures > Number(count) / 2 ? 1 : 0;
  },
});

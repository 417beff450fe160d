/** The text that a server answers, over a connection of its own. */
export async function curl(url: string): Promise<string> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return response.text();
}

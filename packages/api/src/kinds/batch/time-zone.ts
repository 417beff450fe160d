/** What is wrong with a time zone's name, in Kubernetes' words. Undefined: it is one of the IANA database. */
export function timeZoneProblem(name: string): string | undefined {
  if (name === '') return 'timeZone must be nil or non-empty string';
  if (name.toLowerCase() === 'local') {
    return 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones';
  }
  return isTimeZone(name) ? undefined : `unknown time zone ${name}`;
}

function isTimeZone(name: string): boolean {
  // `Intl` also takes offsets such as +01:00, which are no names.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

import { StatusError } from '@kubernats/errors';
import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from './parse-label-selector.ts';
import { everything, nothing, selectorOfMap } from './selector.ts';

const KEY = "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

describe('P4: label selectors', () => {
  const web = { type: 'web', lo: 'production', n: '5' };
  it.each([
    ['', true],
    ['type=web', true],
    ['type==web', true],
    ['type=web,lo=production', true],
    ['type=web,lo=test', false],
    ['type!=web', false],
    ['colour!=red', true],
    ['type in (web,db)', true],
    ['type in (db)', false],
    ['colour in (,red)', false],
    ['type notin (db, cache)', true],
    ['colour notin (red)', true],
    ['type notin (web)', false],
    ['type', true],
    ['colour', false],
    ['!colour', true],
    ['!type', false],
    ['n>4', true],
    ['n>5', false],
    ['n<6', true],
    ['type>1', false],
    ['colour<1', false],
    ['  type  =  web  ,n', true],
    ['constructor', false],
    ['!toString', true],
  ])('%s', (text, expected) => expect(parseLabelSelector(text).matches(web)).toBe(expected));

  it('takes absent labels as none', () => {
    expect(parseLabelSelector('!a').matches(undefined)).toBe(true);
    expect(parseLabelSelector('a').matches(undefined)).toBe(false);
  });

  it.each([
    ['b=1,a!=2', 'a!=2,b=1'],
    ['a in (z,y,,x),!c,d', 'a in (,x,y,z),!c,d'],
    ['a==b', 'a==b'],
    ['a notin (x),n>1,m<2', 'a notin (x),m<2,n>1'],
    ['in in (in)', 'in in (in)'],
    ['notin=in', 'notin=in'],
    ['a in ()', 'a in ()'],
    ['a=', 'a='],
    ['a=,b', 'a=,b'],
  ])('prints %s as %s', (text, printed) => {
    expect(parseLabelSelector(text).toString()).toBe(printed);
    expect(parseLabelSelector(printed).toString()).toBe(printed);
  });
});

describe('bad label selectors, worded as kubectl 1.32 words them', () => {
  it.each([
    ['a in', "unable to parse requirement: found '' expected: '('"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['a in (x', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (x y)', "unable to parse requirement: found 'y', expected: ',' or ')'"],
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a!', "unable to parse requirement: found '!', expected: in, notin, =, ==, !=, gt, lt"],
    [
      'a@=b',
      `unable to parse requirement: <nil>: Invalid value: "a@": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character ${KEY}`,
    ],
    ['a=b@', `unable to parse requirement: values[0][a]: Invalid value: "b@": ${VALUE}`],
    [
      'a in (b@,c@)',
      `unable to parse requirement: [values[0][a]: Invalid value: "b@": ${VALUE}, values[1][a]: Invalid value: "c@": ${VALUE}]`,
    ],
    ['a>x', `unable to parse requirement: values[0]: Invalid value: "x": for 'Gt', 'Lt' operators, the value must be an integer`],
    [
      'a>99999999999999999999',
      `unable to parse requirement: values[0]: Invalid value: "99999999999999999999": for 'Gt', 'Lt' operators, the value must be an integer`,
    ],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a=b,,c', "found ',', expected: identifier after ','"],
    ['a=(', "unable to parse requirement: found '(', expected: identifier"],
    ['a=>1', "unable to parse requirement: found '>', expected: identifier"],
    ['=b', "found '=', expected: !, identifier, or 'end of string'"],
    ['()', "found '(', expected: !, identifier, or 'end of string'"],
    ['a in (,', "unable to parse requirement: found '', expected: ',', or identifier"],
    ['a in (,,)', "unable to parse requirement: found ')', expected: ',', or identifier"],
    ['a in =', "unable to parse requirement: found '=' expected: '('"],
    ['a notin b', "unable to parse requirement: found 'b' expected: '('"],
    ['a>1,!', "unable to parse requirement: found '', expected: identifier"],
    ['!!a', "unable to parse requirement: found '!', expected: identifier"],
  ])('%s', (text, message) => {
    const error = (() => {
      try {
        return parseLabelSelector(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(StatusError);
    expect(error).toMatchObject({ message, code: 400 });
  });
});

describe('other selectors', () => {
  it('everything and nothing', () => {
    expect([everything.matches({}), everything.empty, nothing.matches({}), nothing.empty]).toEqual([true, true, false, false]);
  });

  it('S1: a plain map selects what has all its labels', () => {
    const selector = selectorOfMap({ b: '2', a: '1' });
    expect(selector.matches({ a: '1', b: '2', c: '3' })).toBe(true);
    expect(selector.matches({ a: '1' })).toBe(false);
    expect(selector.toString()).toBe('a=1,b=2');
    expect(selectorOfMap(undefined).empty).toBe(true);
  });
});

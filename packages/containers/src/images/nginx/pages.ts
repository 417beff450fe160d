const TITLES: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

export const SERVER = 'nginx/1.29.1';

/** The page that nginx makes for a status. */
export function statusPage(status: number): string {
  const title = `${status} ${TITLES[status] ?? ''}`.trim();
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    `<hr><center>${SERVER}</center>`,
    '</body>',
    '</html>',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

export const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This nginx is simulated by kubernats. It serves the files of /usr/share/nginx/html; mount your own there, or a configuration into /etc/nginx/conf.d.</p>
</body>
</html>
`;

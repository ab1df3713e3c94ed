# Makes a fresh machine ready for one site. Runs once, as root, from cloud-init. Before it stands
# install_programs, which brings Node.js as /usr/bin/node and nginx with a user of that name.
set -eu
mkdir -p /opt/site/releases /opt/site/slots/a /opt/site/slots/b
rm -f /opt/site/broken
trap '[ $? -eq 0 ] || touch /opt/site/broken' EXIT

attempt=1
until install_programs; do
  [ "$attempt" -lt 6 ]
  sleep $((attempt * 5))
  attempt=$((attempt + 1))
done

id site >/dev/null 2>&1 || useradd --system --home-dir /var/lib/site --shell /sbin/nologin site
mkdir -p /var/lib/site
chown site:site /var/lib/site
chmod 0700 /var/lib/site

# Two slots: the release that serves, and the one that starts beside it.
cat >/etc/systemd/system/site@.service <<'UNIT'
[Unit]
Description=The site, slot %i
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=site
Group=site
WorkingDirectory=/opt/site/slots/%i/release
Environment=HOST=127.0.0.1 DATA_DIR=/var/lib/site NODE_ENV=production
Environment=PATH=/usr/local/bin:/usr/bin:/bin
EnvironmentFile=/opt/site/slots/%i/environment
ExecStart=/usr/bin/node server.mjs
Restart=always
RestartSec=1
TimeoutStopSec=10
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
ReadWritePaths=/var/lib/site
LimitNOFILE=4096
TasksMax=512
# The machine's own rights, which the cloud's services on it hand out, are not for the site.
IPAddressDeny=169.254.169.254/32 168.63.129.16/32 fd00:ec2::254/128

[Install]
WantedBy=multi-user.target
UNIT

cat >/etc/nginx/nginx.conf <<'NGINX'
user nginx;
worker_processes auto;
worker_shutdown_timeout 25s; # less than a rollout waits before it stops the release before
pid /run/nginx.pid;
error_log /var/log/nginx/error.log warn;
events { worker_connections 4096; }
http {
  access_log off;
  server_tokens off;
  client_max_body_size 32m;
  map $http_upgrade $connection_wanted { default upgrade; '' ''; }
  # A proxy with a certificate may stand in front.
  map $http_x_forwarded_proto $visitors_scheme { default $scheme; https https; }
  # Browsers heed this header by TLS only, and complain of it otherwise.
  map $visitors_scheme $opener_policy {
    default '';
    https $upstream_http_cross_origin_opener_policy;
  }
  upstream site { include /opt/site/live.conf; }
  server {
    listen 80 default_server;
    listen [::]:80 default_server;
    location / {
      proxy_pass http://site;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $visitors_scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_wanted;
      proxy_hide_header Cross-Origin-Opener-Policy;
      add_header Cross-Origin-Opener-Policy $opener_policy always;
      proxy_buffering off;
      proxy_read_timeout 60s;
    }
  }
}
NGINX
[ -e /opt/site/live.conf ] || echo 'server 127.0.0.1:9 down;' >/opt/site/live.conf
systemctl daemon-reload
systemctl enable nginx
systemctl restart nginx
touch /opt/site/ready

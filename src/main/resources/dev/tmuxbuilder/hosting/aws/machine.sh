# Amazon Linux 2023.
install_programs() {
  dnf install -y --setopt=install_weak_deps=False nodejs24 nginx
}

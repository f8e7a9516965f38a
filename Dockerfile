# The container of the Action. GitHub's rules for Docker actions: no USER, no WORKDIR, ENTRYPOINT by absolute path.
# The release workflow gives BASE with the digest that the tag has on that day.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
COPY requirements/action.txt /build/requirements.txt
RUN python3 -m venv --without-pip /opt/zenodo-deposit \
 && python3 -m pip --python /opt/zenodo-deposit/bin/python install --no-cache-dir --disable-pip-version-check \
      --only-binary :all: --no-deps --no-compile --require-hashes -r /build/requirements.txt
COPY zenodo_action /opt/zenodo-deposit/app/zenodo_action
COPY entrypoint.py /opt/zenodo-deposit/app/entrypoint.py
# Never compared with its source again: nothing changes here, and layers may change the times of files.
RUN /opt/zenodo-deposit/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/zenodo-deposit

FROM ${BASE}
# Neither pip nor what could install it is left: nothing is installed at run time.
# hadolint ignore=DL3008
RUN { command -v git && command -v git-lfs; } >/dev/null \
 || { apt-get update && apt-get install -y --no-install-recommends git git-lfs && rm -rf /var/lib/apt/lists/*; } \
 && python3 -c "import ensurepip, os, pip, shutil; [shutil.rmtree(os.path.dirname(it.__file__)) for it in (ensurepip, pip)]" \
 && rm -rf /usr/local/bin/pip* /usr/bin/pip* /usr/share/python-wheels
COPY --from=build /opt/zenodo-deposit /opt/zenodo-deposit
# Some bases come without the bytecode of the standard library; this writes that of the modules in use, and shows that
# the image's parts load on the platform it is built for.
RUN ["/opt/zenodo-deposit/bin/python", "-c", "\
import sys; sys.path.insert(0, '/opt/zenodo-deposit/app'); \
import github, requests, zenodo_action.action, zenodo_action.cli, zenodo_action.server"]
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENTRYPOINT ["/opt/zenodo-deposit/bin/python", "/opt/zenodo-deposit/app/entrypoint.py"]

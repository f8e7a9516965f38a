# The container of the Action. GitHub's rules for Docker actions: no USER, no WORKDIR, ENTRYPOINT by absolute path.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
COPY requirements/image.txt /build/requirements.txt
RUN python3 -m venv --without-pip /opt/zenodo-deposit \
 && python3 -m pip --python /opt/zenodo-deposit/bin/python install --no-cache-dir --disable-pip-version-check \
      --only-binary :all: --require-hashes -r /build/requirements.txt
COPY zenodo_action /opt/zenodo-deposit/app/zenodo_action
COPY entrypoint.py /opt/zenodo-deposit/app/entrypoint.py
RUN /opt/zenodo-deposit/bin/python -m compileall -q /opt/zenodo-deposit

FROM ${BASE}
RUN command -v git >/dev/null \
 || (apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*)
COPY --from=build /opt/zenodo-deposit /opt/zenodo-deposit
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENTRYPOINT ["/opt/zenodo-deposit/bin/python", "/opt/zenodo-deposit/app/entrypoint.py"]

# `make demo` runs the quickstart; `make test` runs the whole suite.  Both build .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check install install-dev browser clean

demo: $(VENV)/.installed
	$(BIN)/labgap run scenarios/library/quickstart.yaml

test: $(VENV)/.installed-dev browser
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/.installed-dev
	$(BIN)/tox -q -e lint,type

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -c constraints.txt -e '.[vision]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/pip install -q -c constraints.txt -e '.[vision,train,dev]'
	# ultralytics brings a second OpenCV into the folder cv2: the headless one wins
	$(BIN)/pip uninstall -q -y opencv-python
	$(BIN)/pip install -q --force-reinstall --no-deps -c constraints.txt opencv-python-headless
	touch $@

# The browser test needs Chromium; on Debian it is installed here, elsewhere it must be there.
browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || sh .ci/install-browser

clean:
	rm -rf $(VENV) .tox runs build

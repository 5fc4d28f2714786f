// Opens the API's own description; nothing is fetched from elsewhere.
(function () {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();
  const root = document.getElementById("docs");
  window.ui = SwaggerUIBundle({
    url: root.dataset.document,
    domNode: root,
    deepLinking: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    requestInterceptor: (request) => {
      request.headers["Accept-Language"] = document.documentElement.lang;
      return request;
    },
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
})();

# For those who build with node-gyp (`npx node-gyp rebuild`). CMakeLists.txt is the build that the project itself uses; both read native/sources.json.
{
  "variables": {
    "os%": "<!(node -p \"({linux:'linux',darwin:'macos',win32:'windows'})[process.platform] ?? 'linux'\")",
    "version": "<!(node -p \"require('./package.json').version\")"
  },
  "target_defaults": {
    "include_dirs": ["native", "native/<(os)"],
    "conditions": [["OS!='win'", {"include_dirs": ["native/posix"]}]],
    "configurations": {
      "Release": {"defines": ["MOATED_INIT_PATH=\"<(module_root_dir)/build/Release/moated-init\""]},
      "Debug": {"defines": ["MOATED_INIT_PATH=\"<(module_root_dir)/build/Debug/moated-init\""]}
    },
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics"],
    "cflags": [
      "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-fvisibility=hidden",
      "-ffunction-sections", "-fdata-sections", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"
    ]
  },
  "targets": [
    {
      "target_name": "moated",
      "sources": ["<!@(node scripts/native-sources.mjs addon <(os))"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": [
        "NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS", "MOATED_VERSION=\"<(version)\""
      ],
      "conditions": [
        ["OS=='linux'", {
          "dependencies": ["moated-launcher"],
          "cflags": ["-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"],
          "ldflags": [
            "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-Wl,-z,nodelete", "-Wl,--gc-sections",
            "-Wl,--version-script=<(module_root_dir)/native/exports.map"
          ]
        }],
        ["OS=='mac'", {
          "dependencies": ["moated-launcher"],
          "xcode_settings": {
            "CLANG_CXX_LIBRARY": "libc++", "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "MACOSX_DEPLOYMENT_TARGET": "11.0", "GCC_SYMBOLS_PRIVATE_EXTERN": "YES"
          }
        }],
        ["OS=='win'", {
          "msvs_settings": {"VCCLCompilerTool": {"AdditionalOptions": ["/std:c++20"]}}
        }]
      ]
    }
  ],
  "conditions": [
    ["OS=='linux'", {
      "targets": [
        {
          "target_name": "moated-init",
          "type": "executable",
          "sources": ["<!@(node scripts/native-sources.mjs init linux)"],
          "cflags!": ["-fPIC", "-pthread"],
          "ldflags!": ["-pthread", "-rdynamic"],
          "cflags": ["-Os", "-ffreestanding", "-fno-stack-protector", "-U_FORTIFY_SOURCE", "-fno-pie"],
          "ldflags": [
            "-static", "-nostdlib", "-nostartfiles", "-no-pie", "-s", "-Wl,--gc-sections", "-Wl,--build-id=none",
            "-Wl,-z,noexecstack", "-Wl,-z,norelro"
          ]
        },
        {
          "target_name": "moated-launcher",
          "type": "executable",
          "dependencies": ["moated-init"],
          "sources": ["<!@(node scripts/native-sources.mjs launcher linux)"],
          "cflags": ["-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=2"],
          "ldflags!": ["-rdynamic"],
          "ldflags": ["-static", "-no-pie", "-Wl,-z,relro", "-Wl,-z,now", "-Wl,-z,noexecstack", "-Wl,--gc-sections"]
        }
      ]
    }],
    ["OS=='mac'", {
      "targets": [
        {
          "target_name": "moated-launcher",
          "type": "executable",
          "sources": ["<!@(node scripts/native-sources.mjs stage macos)"],
          "xcode_settings": {
            "CLANG_CXX_LIBRARY": "libc++", "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "MACOSX_DEPLOYMENT_TARGET": "11.0"
          }
        }
      ]
    }]
  ]
}

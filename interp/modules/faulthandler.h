// Crash reports: see faulthandlermodule.cpp.
#pragma once

namespace taipan {

// What -X faulthandler asks for: faulthandler.enable().
void start_faulthandler();
// At the end of the process: handlers off, files dropped.
void finish_faulthandler();

}  // namespace taipan

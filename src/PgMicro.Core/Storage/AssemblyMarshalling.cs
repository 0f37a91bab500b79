using System.Runtime.CompilerServices;

// Every native call of this assembly passes blittable values only, so no stub is generated for any of them.
[assembly: DisableRuntimeMarshalling]
